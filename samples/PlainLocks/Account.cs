using LockDiscipline;

namespace Samples.PlainLocks;

/// <summary>The <c>lock</c> statement, with annotations: the balance says which lock it belongs to, the helper says who must hold it.</summary>
public sealed class Account
{
    private static long s_lastId;

    private readonly object _gate = new();
    private readonly long _id = Interlocked.Increment(ref s_lastId);

    [GuardedBy(nameof(_gate))]
    private decimal _balance;

    /// <summary>Opens an account.</summary>
    public Account(decimal balance) => _balance = balance;

    /// <summary>What is in it.</summary>
    public decimal Balance
    {
        get
        {
            lock (_gate)
            {
                return _balance;
            }
        }
    }

    /// <summary>Moves an amount, if it is there. Two transfers between the same accounts in opposite directions cannot block each other: both take the older account's lock first.</summary>
    public static bool TryTransfer(Account from, Account to, decimal amount)
    {
        if (from == to) return false;
        if (from._id < to._id)
        {
            lock (from._gate)
            lock (to._gate)
            {
                return MoveLocked(from, to, amount);
            }
        }
        lock (to._gate)
        lock (from._gate)
        {
            return MoveLocked(from, to, amount);
        }
    }

    [RequiresLock("from._gate", "to._gate")]
    private static bool MoveLocked(Account from, Account to, decimal amount)
    {
        if (from._balance < amount) return false;
        from._balance -= amount;
        to._balance += amount;
        return true;
    }
}
