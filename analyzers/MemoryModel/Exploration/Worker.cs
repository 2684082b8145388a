namespace MemoryModel.Exploration;

/// <summary>The thread that runs the task of one number, schedule after schedule.</summary>
internal sealed class Worker
{
    private readonly Turn _turn = new();
    private readonly Action<int> _run;
    private readonly int _number;
    private readonly Thread _thread;
    private volatile bool _isStopped;

    public Worker(int number, Action<int> run)
    {
        _number = number;
        _run = run;
        _thread = new Thread(Loop) { IsBackground = true, Name = $"task {number}" };
        _thread.Start();
    }

    /// <summary>Lets it go on, or begin.</summary>
    public void Go() => _turn.Give();

    /// <summary>Called on its own thread: waits until it may go on.</summary>
    public void Await() => _turn.Await();

    /// <summary>Ends the thread, which must not be in the middle of a task.</summary>
    public void Stop()
    {
        _isStopped = true;
        _turn.Give();
        _thread.Join();
    }

    private void Loop()
    {
        while (true)
        {
            _turn.Await();
            if (_isStopped) return;
            _run(_number);
        }
    }
}
