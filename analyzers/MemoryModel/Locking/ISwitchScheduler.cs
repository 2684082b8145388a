namespace MemoryModel.Locking;

/// <summary>Decides at each switch point which task goes on.</summary>
internal interface ISwitchScheduler
{
    /// <summary>Returns when the calling task may take the step, which is possible then.</summary>
    /// <param name="operation">The step.</param>
    void Before(in SwitchOperation operation);
}
