"""Where the bytes of attachments are kept: a directory, or a bucket that speaks S3."""
