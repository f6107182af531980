package io.edgeai.core.runtime.onnxruntime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * ONNX Runtime 1.29 on Linux kills a process whose command line is 3,981 bytes or longer while it looks for its own name,
 * unless its telemetry is off. Seen before loading, this is a reason; seen after, it is a segmentation fault.
 */
final class LongCommandLine {
    private static final int LONGEST_SAFE = 3_900;
    private static final String SWITCH = "ORT_DISABLE_TELEMETRY";

    private LongCommandLine() {}

    /** Why the natives must not be loaded in this process; empty where they may. */
    static Optional<String> danger() {
        return danger(Path.of("/proc/self/cmdline"), System.getenv());
    }

    static Optional<String> danger(Path commandLine, Map<String, String> environment) {
        if (environment.containsKey(SWITCH) || !Files.isReadable(commandLine)) {
            return Optional.empty();
        }
        int length;
        try {
            length = Files.readAllBytes(commandLine).length;
        } catch (IOException e) {
            return Optional.empty();
        }
        return length <= LONGEST_SAFE
                ? Optional.empty()
                : Optional.of("this process was started with a command line of " + length
                        + " bytes, and ONNX Runtime 1.29 crashes on Linux above 3,980. Maybe set the environment"
                        + " variable " + SWITCH + "=1, or pass the class path in CLASSPATH or in an @argfile");
    }
}
