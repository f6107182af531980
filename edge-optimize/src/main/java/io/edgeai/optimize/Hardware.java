package io.edgeai.optimize;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Says in words what figures were measured on. */
final class Hardware {
    private Hardware() {}

    static String describe() {
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", Java "
                + Runtime.version().feature();
    }

    private static String processor() {
        Path linux = Path.of("/proc/cpuinfo");
        try (Stream<String> lines =
                Files.isReadable(linux) ? Files.lines(linux, StandardCharsets.UTF_8) : Stream.empty()) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("processor not named by the system");
        } catch (IOException e) {
            return "processor unreadable (" + e.getMessage() + ")";
        }
    }
}
