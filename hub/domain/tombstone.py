"""What stands in the place of a message that was deleted, in the visitor's language."""

WORDS = {
    "ar": "تم حذف هذه الرسالة.",
    "de": "Diese Nachricht wurde gelöscht.",
    "en": "This message was deleted.",
    "es": "Este mensaje se eliminó.",
    "fr": "Ce message a été supprimé.",
    "he": "ההודעה הזו נמחקה.",
    "it": "Questo messaggio è stato eliminato.",
    "ja": "このメッセージは削除されました。",
    "nl": "Dit bericht is verwijderd.",
    "pt": "Esta mensagem foi excluída.",
    "sv": "Det här meddelandet har tagits bort.",
    "zh": "此消息已删除。",
}


def tombstone_for(language: str | None) -> str:
    """The words in this language (a tag such as `de-AT`), in English where there are none."""
    return WORDS.get((language or "").partition("-")[0].lower(), WORDS["en"])
