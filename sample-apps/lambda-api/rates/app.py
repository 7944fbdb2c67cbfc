"""What it costs to send a parcel to a country: the rates of ``rates.csv``."""

import csv
import logging
from pathlib import Path

log = logging.getLogger()
log.setLevel(logging.INFO)


def read(path):
    with open(path, newline="") as file:
        return {
            country: {"zone": row["zone"], "base": float(row["base"]), "perKilogram": float(row["per_kilogram"])}
            for row in csv.DictReader(file)
            for country in row["countries"].split()
        }


# Once for each instance, when it starts.
RATES = read(Path(__file__).with_name("rates.csv"))


def handler(event, context):
    rate = RATES.get(event["country"])
    log.info("%s is in zone %s", event["country"], rate and rate["zone"])
    return rate
