"""Names of technologies as people write them: alone, with a version, in company, and longest first."""

import pytest

from backend_mcp.model.knowledge import Knowledge
from backend_mcp.reading.near import is_no_product, near
from tests.conftest import Read

DOCUMENT = "components: [{id: x, kind: service, technology: '%s'}]"


@pytest.mark.parametrize(
    ("written", "ids", "version"),
    [
        ("Node 20", "node-js", "20"),
        ("Go 1.22", "golang", "1.22"),
        (".NET 8", "asp-net", "8"),
        ("Rails 7.1", "ruby-on-rails", "7.1"),
        ("PostgreSQL 16", "postgresql", "16"),
        ("PostgreSQL", "postgresql", ""),
        ("PostgreSQL 16 or MySQL 8.4", "postgresql", ""),
        ("Java 21 + Spring Boot 3.2", "java, spring-boot", ""),
        ("Rails, Puma", "ruby-on-rails, puma-server", ""),
        ("Vault and KMS", "hashicorp-vault, aws-kms", ""),
        ("Supabase Edge Functions", "supabase-functions", ""),
        ("Supabase", "postgresql", ""),
        ("Firebase Cloud Messaging", "firebase-cloud-messaging", ""),
        ("SQS FIFO", "sqs-fifo", ""),
        ("go for it", "", ""),
        ("a vault for wine", "", ""),
    ],
)
def test_a_name_leads_to_what_is_meant(read: Read, written: str, ids: str, version: str) -> None:
    facts = read(DOCUMENT % written).components[0].facts
    assert ", ".join(facts["technology"].value) == ids
    said = facts.get("version")
    assert (said.value if said is not None else "") == version


def test_a_version_of_its_own_wins_over_the_one_behind_the_name(read: Read) -> None:
    document = "components: [{id: x, technology: PostgreSQL 16, version: '14'}]"
    assert read(document).components[0].facts["version"].value == "14"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Postgers", "postgresql"),
        ("PostgresSQL", "postgresql"),
        ("RabitMQ", "rabbitmq"),
        ("Elasticserch", "elasticsearch"),
        ("Cloudfare", "cloudflare"),
        ("Amazon Dynamo-DB", "dynamodb"),
        ("Kuberentes", "kubernetes"),
        ("Amazon Quicksight", ""),
        ("Google Container Stuff", ""),
        ("Azure Purview", ""),
        ("Apache Foo", ""),
        ("AWS Shield", ""),
        ("Google Functions", ""),
        ("laboratory", ""),
        ("own servers", ""),
        ("SFTP server", ""),
        ("Confluent thing", ""),
        ("abc", ""),
        ("Rocket", ""),
        ("block storage", ""),
        ("Cloudflare Wokers", "cloudflare-workers"),
    ],
)
def test_only_a_typing_error_gets_a_guess(knowledge: Knowledge, written: str, meant: str) -> None:
    assert near(written, knowledge.vocabulary) == meant


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("in-house", True),
        ("In house scheduler", True),
        ("custom", True),
        ("internal tool", True),
        ("self-made", True),
        ("self made queue", True),
        ("our own", True),
        ("Customer.io", False),
        ("Internet Archive", False),
        ("inhouse", True),
        ("", False),
        ("GraphQL", True),
        ("REST over HTTPS", True),
        ("AWS", True),
        ("SFTP server", True),
        ("AWS Shield Advanced Plus", False),
    ],
)
def test_what_is_ours_and_a_protocol_are_no_products(written: str, ours: bool) -> None:
    assert is_no_product(written) is ours


def test_nothing_is_said_of_what_is_no_product(read: Read) -> None:
    assert read(DOCUMENT % "in-house").unjudged == ()
    assert read(DOCUMENT % "custom code").unjudged == ()
    assert read(DOCUMENT % "Zorblax").unjudged == (
        "Zorblax (components.x): nothing is known of it",
    )
    assert read(DOCUMENT % "Postgers").unjudged == (
        "Postgers (components.x): nothing is known of it; postgresql?",
    )


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        ("Amazon RDS", "amazon-rds"),
        ("RDS", "amazon-rds"),
        ("RDS Postgres", "postgresql"),
        ("Amazon RDS for MySQL", "mysql"),
        ("Cloud SQL", "google-cloud-sql"),
        ("Cloud SQL for PostgreSQL", "postgresql"),
        ("ELB", "aws-alb"),
        ("ALB", "aws-alb"),
        ("Google Container Engine", "gke"),
        ("Cronitor", "cronitor"),
        ("Route53", "route-53"),
        ("EBS", "amazon-ebs"),
        ("Let's Encrypt", "lets-encrypt"),
        ("C++", "cpp"),
        ("a vector of things", ""),
        ("glue code", ""),
        ("spring cleaning", ""),
    ],
)
def test_frequent_names_are_known(read: Read, written: str, id_: str) -> None:
    value = read({"components": [{"id": "x", "kind": "service", "technology": written}]})
    assert ", ".join(value.components[0].facts["technology"].value) == id_
