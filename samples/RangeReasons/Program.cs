using Samples.RangeReasons;

Story.Tell(Console.Out);
