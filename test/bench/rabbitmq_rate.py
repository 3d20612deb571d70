#  rabbitmq_rate.py PORT: publishes each line of standard input to dmh.jobs and prints the seconds until as many ends were told.
import sys
import time

import pika

connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", int(sys.argv[1]), heartbeat=0))
channel = connection.channel()
ears = channel.queue_declare("", exclusive=True).method.queue
channel.queue_bind(ears, "dmh.events", "end.#")
messages = sys.stdin.read().splitlines()
heard = []
channel.basic_consume(ears, lambda _, method, properties, body: heard.append(properties.message_id), auto_ack=True)
began = time.monotonic()
for message in messages:
    channel.basic_publish("", "dmh.jobs", message.encode(), pika.BasicProperties(delivery_mode=2))
while len(heard) < len(messages):
    connection.process_data_events(time_limit=1)
print(time.monotonic() - began)
connection.close()
