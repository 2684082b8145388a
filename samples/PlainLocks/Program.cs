using Samples.PlainLocks;

var account = new Account(100);
var other = new Account(0);
Parallel.For(0, 100, i =>
{
    if (i % 2 == 0) _ = Account.TryTransfer(account, other, 1);
    else _ = Account.TryTransfer(other, account, 1);
});
Console.WriteLine($"Account: {account.Balance + other.Balance} in both accounts, as before");

var queue = new BoundedQueue<int>(capacity: 2);
var producer = new Thread(() =>
{
    for (int i = 1; i <= 10; i++) queue.Enqueue(i);
});
producer.Start();
int sum = 0;
for (int i = 0; i < 10; i++) sum += queue.Dequeue();
producer.Join();
Console.WriteLine($"BoundedQueue: sum {sum}");

using var cache = new Cache<string, int>();
Parallel.For(0, 100, i => cache.GetOrAdd($"key {i % 5}", static key => key.Length));
Console.WriteLine($"Cache: {cache.Count} entries");

using var connection = new Connection();
await Task.WhenAll(Enumerable.Range(0, 10).Select(i => connection.SendAsync($"message {i}")));
Console.WriteLine($"Connection: {connection.Sent} messages, one at a time; try: {connection.TrySend("last")}");

var counter = new Counter();
Parallel.For(0, 1000, _ => counter.Increment());
Console.WriteLine($"Counter: {counter.Value}");

var statistics = new Statistics();
Parallel.For(0, 1000, i => statistics.Add(i));
Console.WriteLine($"Statistics: {statistics.Describe()}");
