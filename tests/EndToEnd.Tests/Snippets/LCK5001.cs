using LockDiscipline;

namespace Snippets.LCK5001;

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

    public void Run(bool isPrivate)
    {
        var version = Version;
        var value = Fetch();
        lock (_gate)
        {
            if (!isPrivate && IsStale(version))
                return;
            Store(value); // LCK5001
        }
    }
}
