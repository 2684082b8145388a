namespace MemoryModel.Exploration;

/// <summary>A thread that runs tasks, schedule after schedule.</summary>
internal sealed class Worker
{
    private readonly Action<Worker> _work;
    private readonly Thread _thread;
    private volatile bool _isStopped;

    /// <summary>Begins a thread that waits.</summary>
    /// <param name="work">What it does each time that it is given its turn.</param>
    public Worker(Action<Worker> work)
    {
        _work = work;
        _thread = new Thread(Loop) { IsBackground = true, Name = "explored task" };
        _thread.Start();
    }

    /// <summary>What it waits for, in between and in the middle of a task.</summary>
    public Turn Turn { get; } = new();

    /// <summary>Ends the thread, which must not be in the middle of a task.</summary>
    public void Stop()
    {
        _isStopped = true;
        Turn.Give();
        _thread.Join();
        Turn.Dispose();
    }

    private void Loop()
    {
        while (true)
        {
            Turn.Await();
            if (_isStopped) return;
            _work(this);
        }
    }
}
