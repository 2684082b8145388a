using LockDiscipline;

namespace Snippets.LCK5001;

public sealed class Cache
{
    private readonly object _gate = new();

    [SequenceSample("cache")]
    public int Version => 0;

    [SequenceFetch("cache")]
    public int Fetch() => 1;

    [SequenceCommit("cache")]
    public void Store(int value)
    {
    }

    public void Run()
    {
        var version = Version;
        var value = Fetch();
        lock (_gate)
            Store(value + version); // LCK5001
    }
}
