package io.edgeai.monitor.history;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Appends numbers to a log for ever and says each on its standard output once it is appended. */
final class AppendingProcess {
    private AppendingProcess() {}

    @SuppressWarnings("InfiniteLoopStatement")
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.US_ASCII);
        try (SegmentLog log = SegmentLog.open(Path.of(arguments[0]), "log", 1L << 30)) {
            for (long i = Long.parseLong(arguments[1]); ; i++) {
                log.append((i + " " + "x".repeat((int) (i % 300))).getBytes(StandardCharsets.US_ASCII));
                out.println(i);
            }
        }
    }
}
