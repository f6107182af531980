package io.edgeai.monitor.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class JdkResourceProbeTest {
    @Test
    void heapInUseIsPositiveAndBelowTheLimit() {
        double heap = ResourceProbe.jdk().read().heapBytes();
        assertThat(heap).isPositive().isLessThanOrEqualTo((double)
                Runtime.getRuntime().maxMemory());
    }

    @Test
    void cpuLoadIsAShareOrUnknown() {
        double load = ResourceProbe.jdk().read().cpuLoad();
        assertThat(Double.isNaN(load) || (load >= 0 && load <= 1)).isTrue();
    }

    @Test
    void residentMemoryIsAtLeastAMegabyteOnLinux() {
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "skipped: no /proc here");
        assertThat(ResourceProbe.jdk().read().residentBytes()).isGreaterThan(1 << 20);
    }

    /** The kernel's other account of the same memory. */
    @Test
    void residentMemoryIsWhatTheKernelSaysElsewhere() throws IOException {
        Path pages = Path.of("/proc/self/smaps_rollup");
        Assumptions.assumeTrue(Files.isReadable(pages), "skipped: no /proc here");
        String rss = Files.readAllLines(pages).stream()
                .filter(line -> line.startsWith("Rss:"))
                .findFirst()
                .orElseThrow();
        double there = 1024 * Double.parseDouble(rss.replaceAll("[^0-9]", ""));
        assertThat(ResourceProbe.jdk().read().residentBytes()).isBetween(there / 2, there * 2);
    }

    @Test
    void heapInUseGrowsByWhatIsKept() {
        ResourceProbe probe = ResourceProbe.jdk();
        System.gc();
        double before = probe.read().heapBytes();
        byte[][] kept = new byte[64][1 << 20];
        double with = probe.read().heapBytes();
        assertThat(kept).hasDimensions(64, 1 << 20);
        assertThat(with - before).isGreaterThan(32 << 20);
    }

    @Test
    void whatIsBusyHasACpuLoad() {
        ResourceProbe probe = ResourceProbe.jdk();
        double highest = Double.NaN;
        long sum = 0;
        for (long until = System.nanoTime() + 60_000_000_000L; !(highest > 0) && System.nanoTime() < until; ) {
            for (int i = 0; i < 10_000_000; i++) {
                sum += i ^ sum;
            }
            double load = probe.read().cpuLoad();
            highest = Double.isNaN(load) ? highest : load;
        }
        assertThat(highest).as("load of a process that computes (%d)", sum).isPositive();
    }

    @Test
    void theProcessFileIsReadInKibibytes() {
        assertThat(JdkResourceProbe.parseResident(List.of("Name:\tjava", "VmRSS:\t  123456 kB", "Threads:\t9")))
                .isEqualTo(123456.0 * 1024);
    }

    @Test
    void aFileWithoutTheLineGivesUnknown() {
        assertThat(JdkResourceProbe.parseResident(List.of("Name:\tjava"))).isNaN();
        assertThat(JdkResourceProbe.parseResident(List.of("VmRSS:"))).isNaN();
    }
}
