package io.edgeai.samples.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The machine a figure was measured on.
 *
 * @param cpu model name, or the architecture where the system does not tell
 * @param processors available to this process
 * @param features instruction sets that matter to inference; empty where the system does not tell
 * @param memoryMebibytes physical memory, or the container's limit; 0 where unknown
 * @param heapMebibytes the JVM's bound
 * @param os name, version and architecture
 * @param jvm name and version
 */
public record Hardware(
        String cpu,
        int processors,
        List<String> features,
        long memoryMebibytes,
        long heapMebibytes,
        String os,
        String jvm) {
    private static final Set<String> NOTABLE = Set.of(
            "sse4_2",
            "avx",
            "avx2",
            "fma",
            "f16c",
            "avx512f",
            "avx512_vnni",
            "avx_vnni",
            "avx512_bf16",
            "avx512_fp16",
            "amx_int8",
            "amx_bf16",
            "asimd",
            "asimdhp",
            "asimddp",
            "sve",
            "sve2",
            "i8mm",
            "bf16");

    public Hardware {
        features = List.copyOf(features);
    }

    public static Hardware detect() {
        List<String> cpuinfo = cpuinfo(Path.of("/proc/cpuinfo"));
        String name = value(cpuinfo, "model name");
        String flags = value(cpuinfo, "flags").isEmpty() ? value(cpuinfo, "Features") : value(cpuinfo, "flags");
        return new Hardware(
                name.isEmpty() ? System.getProperty("os.arch") : name,
                Runtime.getRuntime().availableProcessors(),
                Arrays.stream(flags.split(" "))
                        .filter(NOTABLE::contains)
                        .sorted()
                        .toList(),
                memory() >> 20,
                Runtime.getRuntime().maxMemory() >> 20,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
    }

    /** One line for the foot of a table. */
    public String line() {
        return cpu + ", " + processors + " processors, " + (features.isEmpty() ? "" : String.join(" ", features) + ", ")
                + os + ", " + jvm;
    }

    private static List<String> cpuinfo(Path file) {
        if (!Files.isReadable(file)) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.isBlank() && !lines.isEmpty()) {
                    break;
                }
                lines.add(line);
            }
        } catch (IOException e) {
            return List.of(); // the name of the processor is then simply not known
        }
        return lines;
    }

    private static String value(List<String> cpuinfo, String key) {
        for (String line : cpuinfo) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }
}
