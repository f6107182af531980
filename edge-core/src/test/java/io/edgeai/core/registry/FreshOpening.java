package io.edgeai.core.registry;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A program that opens a registry that is there, as the first thing that its JVM does, and says how long that took, and how long the first questions after it. */
final class FreshOpening {
    private FreshOpening() {}

    /** Runs it in a JVM with its defaults; what it says, e.g. {@code "1000 versions in 700 ms, 1200 ms of CPU"}. */
    static String of(Path home) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FreshOpening.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("a fresh opening of " + home + " failed: " + said);
            }
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    /** @param arguments the home */
    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        long before = System.nanoTime();
        try (EdgeModelRegistry registry = EdgeModelRegistry.builder().home(home).build()) {
            long after = System.nanoTime();
            long cpu = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                    .getProcessCpuTime();
            long beforeOne = System.nanoTime();
            int ofOne = registry.versions("model-1").size();
            long afterOne = System.nanoTime();
            int all = registry.search(VersionQuery.parse("")).size();
            long afterAll = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "%d versions in %.0f ms, %.0f ms of CPU since the JVM began; then the %d of model-1 in %.1f ms,"
                            + " all in %.0f ms%n",
                    all,
                    (after - before) / 1e6,
                    cpu / 1e6,
                    ofOne,
                    (afterOne - beforeOne) / 1e6,
                    (afterAll - afterOne) / 1e6);
        }
    }
}
