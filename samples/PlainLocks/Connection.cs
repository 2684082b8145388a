namespace Samples.PlainLocks;

/// <summary><c>SemaphoreSlim</c> as a lock that may be held over <c>await</c>, without annotations.</summary>
public sealed class Connection : IDisposable
{
    private readonly SemaphoreSlim _free = new(1, 1);
    private readonly List<string> _log = [];

    /// <summary>Number of messages sent.</summary>
    public int Sent
    {
        get
        {
            _free.Wait();
            try
            {
                return _log.Count;
            }
            finally
            {
                _free.Release();
            }
        }
    }

    /// <summary>Sends a message when the one before it is through.</summary>
    public async Task SendAsync(string message)
    {
        await _free.WaitAsync().ConfigureAwait(false);
        try
        {
            await Task.Yield();
            _log.Add(message);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Sends a message if the connection is free.</summary>
    public bool TrySend(string message)
    {
        if (!_free.Wait(0)) return false;
        try
        {
            _log.Add(message);
            return true;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
