package io.edgeai.monitor.resource;

import static org.assertj.core.api.Assertions.assertThat;

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
