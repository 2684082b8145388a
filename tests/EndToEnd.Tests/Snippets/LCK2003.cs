namespace Snippets.LCK2003;

public sealed class Pair
{
    private readonly object _a = new();
    private readonly object _b = new();

    public void First()
    {
        lock (_a)
        {
            lock (_b) // LCK2003
            {
            }
        }
    }

    public void Second()
    {
        lock (_b)
        {
            lock (_a)
            {
            }
        }
    }
}
