namespace LockCheck.Output;

/// <summary>Says on a terminal what goes on. One line, replaced by the next and gone at the end; nothing where nobody watches.</summary>
internal sealed class Progress(Terminal terminal) : IDisposable
{
    const string EraseLine = "\r\u001b[2K";

    bool _shown;

    /// <summary>Shows what goes on now.</summary>
    public void Report(string what)
    {
        if (!terminal.ShowsProgress)
            return;
        if (!terminal.Color)
        {
            terminal.Error.WriteLine($"lockcheck: {SafeText.Escape(what)} ...");
            return;
        }
        terminal.Error.Write($"{EraseLine}lockcheck: {SafeText.Escape(what)} ...");
        terminal.Error.Flush();
        _shown = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_shown)
            terminal.Error.Write(EraseLine);
        _shown = false;
    }
}
