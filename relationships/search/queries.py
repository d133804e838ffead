"""Rows of the book that match a search: clients, contacts, contracts, invoices and notes that the reader may see.

One statement for what has each word, a second one for what reads alike where nothing has them. Each kind takes at
most CANDIDATES rows from its trigram index before it sorts them, so that a word that half the book has costs no more.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, models, transaction
from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone

from accounts import access
from accounts.db import Fold, statement_of
from clients.models import Client, Contact, Contract, Invoice
from clients.models.contract import CONTRACT_WORDS
from relationships.models import Interaction, Note

from .words import LEAST_LETTERS, LETTERS_OF_A_TRIGRAM, words_of

CANDIDATES = 200
# Two letters swapped in a word of eight still have half of its trigrams in common.
LEAST_SIMILARITY = 0.45
LOGS_LOOKED_BACK = 60
SOMEWHERE = 2.0
COLUMNS = ("hit_kind", "pk", "hit_client", "hit_title", "hit_of", "hit_facts", "hit_rank")


@dataclass(frozen=True)
class Found:
    """One row: `client` is the id of its client and `of` that one's name ("" for a client); `facts` go by kind.

    `rank` orders rows of one kind: 0 begins with the words, 1 has a word that does, 2 has them somewhere, from 10 on it
    only reads alike.
    """

    kind: str
    pk: int
    client: int
    title: str
    of: str
    facts: dict
    rank: float


@dataclass(frozen=True)
class Source:
    """Where one kind of row comes from. `fold` is the folded text that is searched, as its trigram index has it.

    `is_named`: rows whose text begins with the words come first. Only for stored folds: the index cannot tell them from
    rows that have the words elsewhere, and folding each of those again is dear.
    """

    kind: str
    model: type[models.Model]
    fold: models.expressions.Combinable
    title: str
    of: models.expressions.Combinable
    client: str
    order: tuple
    facts: Callable
    is_named: bool = False
    reads_alike: bool = True

    def rows(self, user):
        return self.model.objects.visible_to(user).order_by()

    def shown(self, rows, user, rank):
        """`rows` as COLUMNS, `rank` (an expression) among them."""
        return rows.annotate(
            hit_kind=Value(self.kind, output_field=TextField()),
            hit_client=F(self.client),
            hit_title=Cast(F(self.title), TextField()),
            hit_of=Cast(self.of, TextField()),
            hit_facts=self.facts(user),
            hit_rank=rank,
        ).values_list(*COLUMNS)


def _client_facts(user):
    changeable = Client.objects.changeable_by(user).filter(pk=OuterRef("pk"))
    return JSONObject(
        band="health_band",
        score="health_score",
        trend="health_trend",
        segment="segment",
        city="city",
        status="status",
        may_change=Exists(changeable),
    )


def _contact_facts(user):
    return JSONObject(job="title", role="role", left_on="left_on")


def _contract_facts(user):
    return JSONObject(
        title="title", state="state", ends_on="ends_on", value=Cast("value", TextField()), currency="currency"
    )


def _invoice_facts(user):
    return JSONObject(
        kind="kind",
        state="state",
        amount=Cast("amount", TextField()),
        outstanding=Cast("outstanding", TextField()),
        currency="currency",
        due_on="due_on",
    )


def _note_facts(user):
    return JSONObject(author="author__name", at="created_at")


NO_NAME = Value("", output_field=TextField())
OF_CLIENT = F("client__name")
SOURCES = (
    Source(
        "client", Client, F("name_fold"), "name", NO_NAME, "pk", ("-revenue_12m", "pk"), _client_facts, True
    ),
    Source(
        "contact",
        Contact,
        F("name_fold"),
        "name",
        OF_CLIENT,
        "client_id",
        (F("left_on").desc(nulls_first=True), "name_sort", "pk"),
        _contact_facts,
        is_named=True,
    ),
    Source(
        "contract",
        Contract,
        CONTRACT_WORDS,
        "number",
        OF_CLIENT,
        "client_id",
        (F("ends_on").desc(nulls_first=True), "-pk"),
        _contract_facts,
    ),
    Source(
        "invoice",
        Invoice,
        Fold("number"),
        "number",
        OF_CLIENT,
        "client_id",
        ("-issued_on", "-pk"),
        _invoice_facts,
        reads_alike=False,  # another number is another invoice
    ),
    Source("note", Note, Fold("text"), "text", OF_CLIENT, "client_id", ("-created_at", "-pk"), _note_facts),
)
SOURCE_OF = {source.kind: source for source in SOURCES}


def having(user, text, *, size):
    """Up to `size` `Found` of each kind that have every word of `text`, accents and case ignored. One query."""
    words = words_of(text)
    if len(" ".join(words)) < LEAST_LETTERS:
        return []
    return _run(user, words, size, _having, SOURCES)


def _having(source, user, words, size):
    rows = source.rows(user).alias(fold=source.fold)
    candidates = rows
    for word in words:
        candidates = candidates.filter(_has(word))
    candidates = candidates.values("pk")[:CANDIDATES]
    phrase, rank = " ".join(words), Value(SOMEWHERE, output_field=FloatField())
    if source.is_named:
        # What begins with the words is sure to be among the candidates, however many have them somewhere.
        begins = rows.filter(fold__startswith=Fold(Value(phrase)))
        candidates = begins.values("pk")[:CANDIDATES].union(candidates)
        rank = _rank(phrase)
    found = source.model.objects.filter(pk__in=candidates).alias(fold=source.fold)
    return source.shown(found, user, rank).order_by("hit_rank", *source.order)[:size]


def _rank(phrase):
    return Case(
        When(fold__startswith=Fold(Value(phrase)), then=Value(0.0)),
        When(fold__contains=Fold(Value(f" {phrase}")), then=Value(1.0)),
        default=Value(SOMEWHERE),
        output_field=FloatField(),
    )


def _has(word):
    """The word anywhere; two letters only where a word begins, since no index finds them elsewhere."""
    if len(word) >= LETTERS_OF_A_TRIGRAM:
        return Q(fold__contains=Fold(Value(word)))
    return Q(fold__startswith=Fold(Value(word))) | Q(fold__contains=Fold(Value(f" {word}")))


def alike(user, text, *, size):
    """Up to `size` `Found` of each kind that read like `text`: after a slip of the finger. One query."""
    words = words_of(text)
    if len(" ".join(words)) < LETTERS_OF_A_TRIGRAM:
        return []
    sources = tuple(source for source in SOURCES if source.reads_alike)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = %s", [LEAST_SIMILARITY])
        return _run(user, words, size, _alike, sources)


def _alike(source, user, words, size):
    phrase = " ".join(words)
    rows = source.rows(user).alias(fold=source.fold)
    near = rows.filter(fold__trigram_word_similar=Fold(Value(phrase))).values("pk")[:CANDIDATES]
    found = source.model.objects.filter(pk__in=near).alias(fold=source.fold)
    rank = Value(11.0) - TrigramWordSimilarity(Fold(Value(phrase)), F("fold"))
    return source.shown(found, user, rank).order_by("hit_rank", *source.order)[:size]


def named(user, tokens):
    """The `Found` that (kind, id) pairs name, in their order, without those the reader may not see. One query."""
    ids = {source.kind: [pk for kind, pk in tokens if kind == source.kind] for source in SOURCES}
    parts = [
        source.shown(
            source.rows(user).filter(pk__in=ids[source.kind]), user, Value(0.0, output_field=FloatField())
        )
        for source in SOURCES
        if ids[source.kind]
    ]
    found = {(row.kind, row.pk): row for row in _read(parts)}
    return [found[token] for token in tokens if token in found]


def logged_last(user, *, size):
    """The clients that `user` logged for last, the newest first. Two queries."""
    logs = Interaction.objects.filter(author=user).newest_first()
    ids = list(dict.fromkeys(logs.values_list("client", flat=True)[:LOGS_LOOKED_BACK]))[:size]
    return named(user, [("client", pk) for pk in ids])


def clients_to_change(user, words, *, size):
    """(id, name) of clients that `user` may write to and that have each of `words`, the best first. One query."""
    source = SOURCE_OF["client"]
    rows = Client.objects.changeable_by(user).active().alias(fold=source.fold)
    for word in words:
        rows = rows.filter(_has(word))
    begins = Case(When(fold__startswith=Fold(Value(" ".join(words))), then=0), default=1)
    return list(rows.order_by(begins, "-revenue_12m", "pk").values_list("pk", "name")[:size])


def client_to_change(user, client_id):
    """[(id, name)] of the client where `user` may write to it, else []. One query."""
    return list(Client.objects.changeable_by(user).filter(pk=client_id).values_list("pk", "name"))


# (statement, parameters) by who reads what, how many words there are and which are short: making one of these takes
# Django longer than running it takes PostgreSQL.
_statements = {}
MOST_STATEMENTS = 500


def _run(user, words, size, part, sources):
    """`part` of each source in one statement, which is made once with marks for the words."""
    marks = [chr(0xE000 + number) * min(len(word), LETTERS_OF_A_TRIGRAM) for number, word in enumerate(words)]
    reader = (access.scope_to_see(user), access.scope_to_change(user), timezone.localdate())
    key = (*reader, tuple(marks), size, part)
    if key not in _statements:
        if len(_statements) >= MOST_STATEMENTS:
            _statements.clear()
        _statements[key] = statement_of(_together([part(source, user, marks, size) for source in sources]))
    statement, values = _statements[key]
    with connection.cursor() as cursor:
        cursor.execute(statement, [_filled_in(value, marks, words) for value in values])
        rows = [Found(*row[:5], json.loads(row[5]), row[6]) for row in cursor.fetchall()]
    return sorted(rows, key=attrgetter("rank"))


def _filled_in(value, marks, words):
    if isinstance(value, str):
        for mark, word in zip(marks, words, strict=True):
            value = value.replace(mark, word)
    return value


def _together(parts):
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def _read(parts):
    return sorted((Found(*row) for row in _together(parts)), key=attrgetter("rank")) if parts else []
