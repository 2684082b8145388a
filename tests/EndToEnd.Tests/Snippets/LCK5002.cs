using LockDiscipline;

namespace Snippets.LCK5002;

public sealed class Cache
{
    private readonly object _gate = new();

    [SequenceSample("cache")]
    public int Version => 0;

    [SequenceFetch("cache")]
    public int Fetch() => 1;

    [SequenceRecheck("cache")]
    public bool IsStale(int version) => version != 0;

    [SequenceCommit("cache")]
    public void Store(int value)
    {
    }

    public void Run()
    {
        var value = Fetch(); // LCK5002
        var version = Version;
        lock (_gate)
        {
            if (!IsStale(version))
                Store(value);
        }
    }
}
