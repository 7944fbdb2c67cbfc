import os
import random
import time

VERSION = "0"
INSTANCE = f"{os.getpid()}-{random.random()}"


def handler(event, context):
    if event.get("wait"):
        time.sleep(event["wait"] / 1000)
    return {"version": VERSION, "instance": INSTANCE, "said": event.get("say")}
