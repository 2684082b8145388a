using System.Threading;
using System.Threading.Tasks;

namespace Snippets.LCK2004;

public sealed class Loader
{
    private readonly ReaderWriterLockSlim _lock = new();

    public async Task RunAsync()
    {
        _lock.EnterWriteLock();
        try
        {
            await Task.Delay(1); // LCK2004
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }
}
