"""The one tree of errors.

    DanganError
    ├── InputError        the file or the call is at fault; trying again changes nothing
    │   ├── FileNotFound          file_not_found
    │   ├── UnreadableFile        unreadable_file
    │   ├── NoInput               no_input
    │   ├── EmptyFile             empty_file
    │   ├── UnsupportedType       unsupported_type
    │   ├── OldOfficeFile         old_office_file
    │   ├── EncryptedFile         encrypted_file
    │   ├── DamagedFile           damaged_file
    │   ├── DamagedPage           damaged_page
    │   ├── DamagedArchive        damaged_archive
    │   ├── ArchiveTooLarge       archive_too_large
    │   ├── EncryptedMember       encrypted_member
    │   ├── UnsupportedMember     unsupported_member
    │   ├── NoPages               no_pages
    │   ├── TooManyPages          too_many_pages
    │   ├── PageTooLarge          page_too_large
    │   ├── TooMuchContent        too_much_content
    │   ├── BadPageRange          bad_page_range
    │   ├── Refusal           the call does not fit what is stored
    │   │   ├── JobNotFound           job_not_found
    │   │   ├── DocumentNotFound      document_not_found
    │   │   ├── RecordNotFound        record_not_found
    │   │   ├── DuplicateNotFound     duplicate_not_found
    │   │   ├── CampaignNotFound      campaign_not_found
    │   │   ├── ItemNotFound          item_not_found
    │   │   ├── ItemChanged           item_changed
    │   │   ├── NothingDrawn          nothing_drawn
    │   │   ├── NothingToDraw         nothing_to_draw
    │   │   ├── SampleTooSmall        sample_too_small
    │   │   ├── IdempotencyConflict   idempotency_conflict
    │   │   ├── JobEnded              job_ended
    │   │   ├── NothingToRetry        nothing_to_retry
    │   │   ├── VersionConflict       version_conflict
    │   │   ├── VersionNeeded         version_needed
    │   │   ├── NoSuchField           no_such_field
    │   │   ├── BadValue              bad_value
    │   │   ├── BadOption             bad_option
    │   │   ├── NoFiles               no_files
    │   │   ├── TooManyFiles          too_many_files
    │   │   ├── UploadTooLarge        upload_too_large
    │   │   ├── UploadBroken          upload_broken
    │   │   ├── ResultMissing         result_missing
    │   │   ├── NoLayer               no_layer
    │   │   ├── PictureMissing        picture_missing
    │   │   ├── KeyNeeded             key_needed
    │   │   ├── ScopeNeeded           scope_needed
    │   │   ├── ForeignOrigin         foreign_origin
    │   │   ├── ForeignHost           foreign_host
    │   │   ├── KeyInAddress          key_in_address
    │   │   ├── KeyNotFound           key_not_found
    │   │   ├── RateExceeded          rate_exceeded
    │   │   └── BadCallback           bad_callback
    │   └── UsageError        the command line or the environment is at fault; nothing was read
    │       ├── UnknownSetting    unknown_setting
    │       ├── BadSetting        bad_setting
    │       ├── KeysMissing       keys_missing
    │       ├── BadVocabulary     bad_vocabulary
    │       ├── BadCatalogue      bad_catalogue
    │       ├── BadPageSyntax     bad_page_syntax
    │       ├── OutputIsFolder    output_is_folder
    │       ├── OutputIsInput     output_is_input
    │       ├── OutputClash       output_clash
    │       ├── FormatUnclear     format_unclear
    │       ├── TwoOutputs        two_outputs
    │       ├── BadServer         bad_server
    │       ├── OneFileOnly       one_file_only
    │       ├── MissingExtra      missing_extra
    │       └── TerminalBinary    terminal_binary
    └── ServiceError      our machine is at fault
        ├── MissingProgram        missing_program
        ├── MissingFont           missing_font
        ├── RenderTimeout         render_timeout
        ├── RenderFailed          render_failed
        ├── ReaderFailed          reader_failed
        ├── PageCrashed           page_crashed
        ├── FileCrashed           file_crashed
        ├── AttemptsExhausted     attempts_exhausted
        ├── DataInUse             data_in_use
        ├── ProcessGone           process_gone
        ├── PortTaken             port_taken
        ├── ServerUnreachable     server_unreachable
        ├── ServerStrange         server_strange
        └── OutputFailed          output_failed

An exception stops a document; what is merely wrong *in* a document is an `Issue`. What a person is
told comes from the message catalogues by `code` (`core.messages`), never from here.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Blame = Literal["input", "service"]


class DanganError(Exception):
    """Base of every error that Dangan raises on purpose.

    `code` is stable and public; `details` are the values that the message of that code names.
    """

    code: ClassVar[str]
    blame: ClassVar[Blame]
    retryable: ClassVar[bool] = False

    def __init__(self, **details: str | int | float) -> None:
        super().__init__(self.code, details)
        self.details = details

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error travel between processes; the default loses its details."""
        return _restored, (type(self), self.details)


def _restored(error: type[DanganError], details: dict[str, str | int | float]) -> DanganError:
    return error(**details)


class InputError(DanganError):
    """The file or the call is at fault."""

    blame = "input"


class FileNotFound(InputError):
    """Details: file."""

    code = "file_not_found"


class NamesakeFolder(InputError):
    """Details: name, home (an address). A campaign has another folder of this name."""

    code = "namesake_folder"


class UnreadableFile(InputError):
    """Details: file, reason. The file exists, but the system does not let us read it."""

    code = "unreadable_file"


class NoInput(InputError):
    """Details: argument (the folder or pattern in which nothing readable was found)."""

    code = "no_input"


class EmptyFile(InputError):
    """Details: file."""

    code = "empty_file"


class UnsupportedType(InputError):
    """Details: file, found."""

    code = "unsupported_type"


class OldOfficeFile(InputError):
    """Details: file. DOC, XLS or WPS; or a document that a password opens, which is packed alike."""

    code = "old_office_file"


class EncryptedFile(InputError):
    """Details: file."""

    code = "encrypted_file"


class DamagedFile(InputError):
    """Details: file, reason."""

    code = "damaged_file"


class DamagedPage(InputError):
    """Details: file, page, reason. The other pages of the file may be whole."""

    code = "damaged_page"


class DamagedArchive(InputError):
    """Details: file, reason."""

    code = "damaged_archive"


class ArchiveTooLarge(InputError):
    """Details: file, limit_mb. What comes out of an archive is more than is taken."""

    code = "archive_too_large"


class EncryptedMember(InputError):
    """Details: file. A member of an archive."""

    code = "encrypted_member"


class UnsupportedMember(InputError):
    """Details: file, reason. A member of an archive that is no file, or packed in another way."""

    code = "unsupported_member"


class NoPages(InputError):
    """Details: file."""

    code = "no_pages"


class TooManyPages(InputError):
    """Details: file, pages, limit."""

    code = "too_many_pages"


class PageTooLarge(InputError):
    """Details: file, page, width, height (pixels or inches, as `unit` says), unit, limit."""

    code = "page_too_large"


class TooMuchContent(InputError):
    """Details: file, reason. A typed file that holds more than anybody types."""

    code = "too_much_content"


class BadPageRange(InputError):
    """Details: pages, count."""

    code = "bad_page_range"


class Refusal(InputError):
    """The call does not fit what is stored."""


class JobNotFound(Refusal):
    """Details: job."""

    code = "job_not_found"


class DocumentNotFound(Refusal):
    """Details: document."""

    code = "document_not_found"


class RecordNotFound(Refusal):
    """Details: record."""

    code = "record_not_found"


class DuplicateNotFound(Refusal):
    """Details: duplicate."""

    code = "duplicate_not_found"


class CampaignNotFound(Refusal):
    """Details: campaign (its name or id)."""

    code = "campaign_not_found"


class ItemNotFound(Refusal):
    """Details: item. A file of a campaign."""

    code = "item_not_found"


class ItemChanged(Refusal):
    """Details: path. The bytes of a campaign's file are not those that its manifest names."""

    code = "item_changed"


class NothingDrawn(Refusal):
    """Details: campaign (its name). No sample of it was drawn yet."""

    code = "nothing_drawn"


class NothingToDraw(Refusal):
    """Details: campaign (its name). No file of it was read yet."""

    code = "nothing_to_draw"


class SampleTooSmall(Refusal):
    """Details: percent (what was asked for), least (what the rules ask for, per cent)."""

    code = "sample_too_small"


class IdempotencyConflict(Refusal):
    """Details: key. It was used before, for something else."""

    code = "idempotency_conflict"


class JobEnded(Refusal):
    """Details: job, state."""

    code = "job_ended"


class NothingToRetry(Refusal):
    """Details: job, state."""

    code = "nothing_to_retry"


class VersionConflict(Refusal):
    """Details: record, version (the one that is stored)."""

    code = "version_conflict"


class VersionNeeded(Refusal):
    """No details. A change without `If-Match`."""

    code = "version_needed"


class NoSuchField(Refusal):
    """Details: record, pointer."""

    code = "no_such_field"


class BadValue(Refusal):
    """Details: pointer, reason."""

    code = "bad_value"


class BadOption(Refusal):
    """Details: option, value, reason."""

    code = "bad_option"


class NoFiles(Refusal):
    """No details. An upload without a file in it."""

    code = "no_files"


class TooManyFiles(Refusal):
    """Details: files, limit."""

    code = "too_many_files"


class UploadTooLarge(Refusal):
    """Details: file, limit_mb."""

    code = "upload_too_large"


class UploadBroken(Refusal):
    """Details: reason. The request ended too early, or is no multipart form."""

    code = "upload_broken"


class ResultMissing(Refusal):
    """Details: job, state. The job ended without anything to show."""

    code = "result_missing"


class NoLayer(Refusal):
    """Details: file. Its searchable PDF cannot be made."""

    code = "no_layer"


class PictureMissing(Refusal):
    """Details: document, page."""

    code = "picture_missing"


class KeyNeeded(Refusal):
    """No details. The call needs an API key, or the key that came is not valid."""

    code = "key_needed"


class ScopeNeeded(Refusal):
    """Details: scope."""

    code = "scope_needed"


class ForeignOrigin(Refusal):
    """No details. The page of another site had a browser send this."""

    code = "foreign_origin"


class ForeignHost(Refusal):
    """Details: host. Without keys the service answers to names of its own machine only."""

    code = "foreign_host"


class KeyInAddress(Refusal):
    """No details. An API key came in the address of a call, where logs keep it."""

    code = "key_in_address"


class KeyNotFound(Refusal):
    """Details: key."""

    code = "key_not_found"


class RateExceeded(Refusal):
    """Details: seconds."""

    code = "rate_exceeded"
    retryable = True


class BadCallback(Refusal):
    """Details: reason. Not the address: it may hold a password."""

    code = "bad_callback"


class UsageError(InputError):
    """The command line or the environment is at fault."""


class UnknownSetting(UsageError):
    """Details: name, known."""

    code = "unknown_setting"


class BadSetting(UsageError):
    """Details: name, value, reason."""

    code = "bad_setting"


class KeysMissing(UsageError):
    """Details: host. Others could reach it, and nobody would need a key."""

    code = "keys_missing"


class BadVocabulary(UsageError):
    """Details: file, line (0 where none can be named), key, reason."""

    code = "bad_vocabulary"


class BadCatalogue(UsageError):
    """Details: file, reason. What a back-fill is given as its catalogue."""

    code = "bad_catalogue"


class BadPageSyntax(UsageError):
    """Details: pages."""

    code = "bad_page_syntax"


class OutputIsFolder(UsageError):
    """Details: path."""

    code = "output_is_folder"


class OutputIsInput(UsageError):
    """Details: path."""

    code = "output_is_input"


class OutputClash(UsageError):
    """Details: path, first, second."""

    code = "output_clash"


class FormatUnclear(UsageError):
    """Details: path."""

    code = "format_unclear"


class TwoOutputs(UsageError):
    """No details."""

    code = "two_outputs"


class OneFileOnly(UsageError):
    """Details: format, files (how many were given)."""

    code = "one_file_only"


class MissingExtra(UsageError):
    """Details: format, extra. The format needs a package that is installed only on demand."""

    code = "missing_extra"


class TerminalBinary(UsageError):
    """Details: format."""

    code = "terminal_binary"


class BadServer(UsageError):
    """Details: server. No address of a server, or one with a password in it."""

    code = "bad_server"


class ServiceError(DanganError):
    """Our machine is at fault."""

    blame = "service"


class MissingProgram(ServiceError):
    """Details: program, package."""

    code = "missing_program"


class MissingFont(ServiceError):
    """Details: font (its file), package."""

    code = "missing_font"


class RenderTimeout(ServiceError):
    """Details: file, page, limit_s."""

    code = "render_timeout"
    retryable = True


class RenderFailed(ServiceError):
    """Details: file, page, reason."""

    code = "render_failed"
    retryable = True


class ReaderFailed(ServiceError):
    """Details: reader, reason."""

    code = "reader_failed"
    retryable = True


class PageCrashed(ServiceError):
    """Details: file, page, reason."""

    code = "page_crashed"
    retryable = True


class FileCrashed(ServiceError):
    """Details: file, reason."""

    code = "file_crashed"
    retryable = True


class AttemptsExhausted(ServiceError):
    """Details: file, attempts. Whoever worked on it was ended each time, for whatever reason."""

    code = "attempts_exhausted"
    retryable = True


class DataInUse(ServiceError):
    """Details: folder. Another service runs on it."""

    code = "data_in_use"


class ProcessGone(ServiceError):
    """Details: process, status. A part of the service does not come up."""

    code = "process_gone"


class PortTaken(ServiceError):
    """Details: address, reason. The service cannot listen there."""

    code = "port_taken"


class ServerUnreachable(ServiceError):
    """Details: server, reason. Seen from a client."""

    code = "server_unreachable"
    retryable = True


class ServerStrange(ServiceError):
    """Details: server, status. What answers a client is no service of ours, or speaks otherwise."""

    code = "server_strange"


class OutputFailed(ServiceError):
    """Details: path, reason."""

    code = "output_failed"
    retryable = True


def every_error() -> list[type[DanganError]]:
    """Return all leaves of the tree, for the completeness tests and the documentation."""

    def leaves(of: type[DanganError]) -> list[type[DanganError]]:
        children = of.__subclasses__()
        return [leaf for child in children for leaf in leaves(child)] if children else [of]

    return leaves(DanganError)
