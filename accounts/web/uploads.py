"""What of an upload is kept while it arrives."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class KeepUpToLimit(FileUploadHandler):
    """Drops what comes after a file has passed LARGEST_FILE_BYTES, so that no upload fills the disk.

    What is kept is then larger than the limit, and the form says so. Stands before Django's own handlers.
    """

    def receive_data_chunk(self, raw_data, start):
        return raw_data if start <= settings.LARGEST_FILE_BYTES else None

    def file_complete(self, file_size):
        """Leaves the file to the next handler."""
