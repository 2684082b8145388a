using LockDiscipline;

namespace Snippets.LCK2006;

public sealed class Account
{
    public object Gate { get; } = new();
    public object Log { get; } = new();
}

[RequiresLock("account.Log")]
public delegate void Change(Account account);

public sealed class Bank
{
    public Change Make()
    {
        return Book; // LCK2006
    }

    [RequiresLock("account.Gate")]
    private static void Book(Account account)
    {
    }
}
