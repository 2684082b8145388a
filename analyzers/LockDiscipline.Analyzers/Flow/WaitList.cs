using System.Collections.Immutable;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Gathers the locks that a body, or any of several, waits for: each once. Not thread-safe.</summary>
internal sealed class WaitList
{
    /// <summary>More locks than this are not told of one body.</summary>
    const int Max = 64;

    readonly ImmutableArray<Waited>.Builder _waits = ImmutableArray.CreateBuilder<Waited>();

    public bool IsFull => _waits.Count >= Max;

    public ImmutableArray<Waited> ToImmutable() => _waits.ToImmutable();

    /// <summary>Adds a lock; of several places that wait for it, the one where most of the caller's locks are still held is the one that speaks.</summary>
    public void Add(Waited waited)
    {
        for (int i = 0; i < _waits.Count; i++)
        {
            var known = _waits[i];
            if (known.Use.Mode != waited.Use.Mode || known.IsByOther != waited.IsByOther || !known.Use.Class.Equals(waited.Use.Class)
                || !(known.Use.Path.Equals(waited.Use.Path) || !waited.Use.Path.IsRooted))
            {
                continue;
            }

            var given = known.Given.Common(waited.Given);
            _waits[i] = (waited.Without.Length < known.Without.Length ? waited : known) with { Given = given };
            return;
        }

        if (!IsFull)
            _waits.Add(waited);
    }
}
