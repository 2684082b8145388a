using System.Collections.Concurrent;
using System.Reflection;
using LockDiscipline;

namespace MemoryModel.Locking;

/// <summary>The order of locks that a type's attributes declare: one source for the analyzers, which read them at compile time, and for the validator.</summary>
/// <remarks>Read once for each type: every instance has locks of the same classes. Thread-safe.</remarks>
internal static class DeclaredOrder
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private static readonly ConcurrentDictionary<Type, Edge[]> s_edges = new();

    /// <summary>What an object's type declares.</summary>
    /// <param name="owner">The object, complete: its locks are looked at.</param>
    public static Edge[] Of(object owner) => s_edges.GetOrAdd(owner.GetType(), static (_, self) => Read(self), owner);

    private static Edge[] Read(object owner)
    {
        var edges = new List<Edge>();
        foreach (PropertyInfo property in owner.GetType().GetProperties(Members))
        {
            if (property.GetCustomAttributes<AcquiredAfterAttribute>().Any() || property.GetCustomAttributes<AcquiredBeforeAttribute>().Any())
            {
                var gate = (LockBase)property.GetValue(owner)!;
                foreach (AcquiredAfterAttribute after in property.GetCustomAttributes<AcquiredAfterAttribute>()) edges.AddRange(after.Locks.Select(path => EdgeOf(Find(owner, path), gate)));
                foreach (AcquiredBeforeAttribute before in property.GetCustomAttributes<AcquiredBeforeAttribute>()) edges.AddRange(before.Locks.Select(path => EdgeOf(gate, Find(owner, path))));
            }
        }
        return [.. edges];
    }

    private static Edge EdgeOf(LockBase outer, LockBase inner) => new(outer.Class, inner.Class, outer is Srcu or Rcu || inner is Srcu or Rcu);

    /// <summary>The lock at the end of a path of members.</summary>
    private static LockBase Find(object owner, string path)
    {
        object value = owner;
        foreach (string name in path.Split('.'))
        {
            value = value.GetType().GetProperty(name, Members)?.GetValue(value) ?? value.GetType().GetField(name, Members)?.GetValue(value)
                ?? throw new ArgumentException($"{owner.GetType().Name} declares an order with '{path}', which leads to no lock", nameof(path));
        }
        return (LockBase)value;
    }

    /// <summary>One lock class is acquired outside another.</summary>
    /// <param name="Outer">The one that is taken first.</param>
    /// <param name="Inner">The one that is taken while the other is held.</param>
    /// <param name="IsForReaders">One of them is a read section, which never waits.</param>
    public readonly record struct Edge(LockClass Outer, LockClass Inner, bool IsForReaders);
}
