#  rabbitmq_client.py PORT CA|-: what tests ask a RabbitMQ, by Debian's python3-pika: a command a line on standard input
#  (declare, send BODY, events, dead, left), lines on standard output for an answer and a line "." behind it. A server
#  that is away is waited for; what was sent is confirmed before it is answered.
import os
import ssl
import sys
import time

import pika

port, authority = int(sys.argv[1]), sys.argv[2]
user, _, password = os.environ.get("QUEUE_USER", "guest:guest").partition(":")
connection = ears = None
heard = []


def connect():
    global connection
    if connection is None or connection.is_closed:
        tls = None if authority == "-" else pika.SSLOptions(ssl.create_default_context(cafile=authority), "localhost")
        credentials = pika.PlainCredentials(user, password)
        connection = pika.BlockingConnection(
            pika.ConnectionParameters("localhost", port, ssl_options=tls, credentials=credentials, heartbeat=0)
        )
    return connection.channel()


def declare(channel, _):
    #  Ears of the test's own, which keep all that they have heard.
    channel.queue_declare("dmh.jobs", durable=True)
    channel.exchange_declare("dmh.events", "topic", durable=True)
    channel.queue_declare("heard", durable=True)
    channel.queue_bind("heard", "dmh.events", "#")


def send(channel, body):
    channel.confirm_delivery()
    channel.basic_publish("", "dmh.jobs", body.encode(), pika.BasicProperties(delivery_mode=2), mandatory=True)


def events(channel, _):
    """All that was heard. It is held and never acknowledged, so that a server that dies gives all of it again."""
    global ears
    if ears is None or not ears.is_open:
        heard.clear()
        ears = connection.channel()
        ears.basic_consume("heard", lambda _, method, properties, body: heard.append(body.decode()))
    while True:
        waits = channel.queue_declare("heard", passive=True).method.message_count
        connection.process_data_events(time_limit=0.02)
        if not waits:
            return heard


def dead(channel, _):
    lines = []
    while True:
        method, properties, body = channel.basic_get("dmh.dead")
        if method is None:
            return lines
        said = properties.headers
        lines.append(f"{said['x-dmh-reason']} {said['x-dmh-code']} {properties.message_id} {body.decode()}")


def left(channel, _):
    return [str(channel.queue_declare("dmh.jobs", passive=True).method.message_count)]


for line in sys.stdin:
    word, _, rest = line.rstrip("\n").partition(" ")
    for tries in range(600):
        try:
            channel = connect()
            answer = globals()[word](channel, rest) or []
            channel.close()
            break
        except (pika.exceptions.AMQPError, OSError) as why:
            print(word, repr(why), file=sys.stderr)
            try:
                connection.close()
            except Exception:
                pass
            connection = ears = None
            time.sleep(0.1)
    for text in answer:
        print(text)
    print(".", flush=True)
