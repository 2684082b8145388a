using System.Threading;

namespace Snippets.LCK2001;

public sealed class Spinner
{
    private SpinLock _spin = new(enableThreadOwnerTracking: false);

    public void Run()
    {
        var taken = false;
        try
        {
            _spin.Enter(ref taken);
            Thread.Sleep(1); // LCK2001
        }
        finally
        {
            if (taken)
                _spin.Exit();
        }
    }
}
