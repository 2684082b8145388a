namespace MemoryModel.Exploration;

/// <summary>The right to run: given by one thread, awaited by another. No spinning: the others are not to be kept from the processor.</summary>
/// <remarks>An event of the runtime's own, which costs a third of what a monitor's wait and pulse do; a schedule is mostly handing over.</remarks>
internal sealed class Turn : IDisposable
{
    private readonly AutoResetEvent _given = new(initialState: false);

    /// <summary>Gives it.</summary>
    public void Give() => _given.Set();

    /// <summary>Waits until it is given, and takes it.</summary>
    public void Await() => _given.WaitOne();

    /// <inheritdoc/>
    public void Dispose() => _given.Dispose();
}
