package io.edgeai.monitor.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders and files as the kernel writes them; energies and shares by hand. */
class ProcessEnergyTest {
    private static final String RANGE = "262143328850\n";

    @TempDir
    Path dir;

    private Path powercap;
    private Path sensors;
    private Path stat;
    private final AtomicReference<Double> cpu = new AtomicReference<>(0.0);

    @BeforeEach
    void folders() throws IOException {
        powercap = Files.createDirectories(dir.resolve("powercap"));
        sensors = Files.createDirectories(dir.resolve("hwmon"));
        stat = dir.resolve("stat");
        busy(1000);
    }

    private void zone(String name, String title, String energy) throws IOException {
        Path zone = Files.createDirectories(powercap.resolve(name));
        Files.writeString(zone.resolve("name"), title + "\n");
        Files.writeString(zone.resolve("energy_uj"), energy + "\n");
        Files.writeString(zone.resolve("max_energy_range_uj"), RANGE);
    }

    /** Ticks of work over user, nice, system, irq and softirq, beside ones of idling. */
    private void busy(long ticks) throws IOException {
        Files.writeString(
                stat, "cpu  " + (ticks - 40) + " 10 10 987654 321 10 10 0 5 0\ncpu0 1 2 3 4 5 6 7 8 9 0\nintr 1 2 3\n");
    }

    private ProcessEnergy energy() {
        return new ProcessEnergy(EnergyCounters.in(powercap, sensors), stat, cpu::get);
    }

    /** Two sockets and the memory of one; cores are part of a socket, and psys is a socket and more. */
    @Test
    void socketsAndMemoryCountOnceByTheShareOfCpuTime() throws IOException {
        zone("intel-rapl:0", "package-0", "1000000");
        zone("intel-rapl:0:0", "core", "900000");
        zone("intel-rapl:0:1", "dram", "500000");
        zone("intel-rapl:1", "package-1", "7000000");
        zone("intel-rapl:2", "psys", "99000000");
        Files.createDirectories(powercap.resolve("intel-rapl"));
        ProcessEnergy energy = energy();
        assertThat(energy.joules()).as("no reading before").isNaN();

        zone("intel-rapl:0", "package-0", "61000000");
        zone("intel-rapl:0:0", "core", "50900000");
        zone("intel-rapl:0:1", "dram", "10500000");
        zone("intel-rapl:1", "package-1", "37000000");
        zone("intel-rapl:2", "psys", "399000000");
        busy(1400);
        cpu.set(1e9); // one of the four seconds of work
        assertThat(energy.joules()).isCloseTo((60 + 10 + 30) / 4.0, offset(1e-9));
    }

    @Test
    void aCounterThatBeginsAnewGoesOn() throws IOException {
        zone("intel-rapl:0", "package-0", "262143328000");
        ProcessEnergy energy = energy();
        energy.joules();
        zone("intel-rapl:0", "package-0", "5000000");
        busy(1100);
        cpu.set(1e9);
        assertThat(energy.joules()).isCloseTo(5.000850, offset(1e-9));
    }

    @Test
    void whatMayNotBeReadIsUnknown() throws IOException {
        assertThat(energy().joules()).as("no counters").isNaN();
        zone("intel-rapl:0", "package-0", "1000000");
        ProcessEnergy energy = energy();
        energy.joules();
        Files.writeString(powercap.resolve("intel-rapl:0/energy_uj"), "not a number\n");
        busy(1100);
        cpu.set(1e9);
        assertThat(energy.joules()).isNaN();
        zone("intel-rapl:0", "package-0", "3000000");
        busy(1200);
        cpu.set(2e9);
        assertThat(energy.joules()).as("the reading before is not known").isNaN();
        Files.delete(powercap.resolve("intel-rapl:0/energy_uj"));
        assertThat(energy.joules()).isNaN();
    }

    @Test
    void aStrangeStatFileIsUnknownToo() throws IOException {
        zone("intel-rapl:0", "package-0", "1000000");
        for (String text : new String[] {"", "cpu", "cpu 1 2", "cpux 1 2 3 4 5 6 7 8 9", "cpu a b c d e f g h i"}) {
            Files.writeString(stat, text);
            ProcessEnergy energy = energy();
            energy.joules();
            assertThat(energy.joules()).as(text).isNaN();
        }
    }

    @Test
    void socketsOfTheSensorOfAmd() throws IOException {
        Path sensor = Files.createDirectories(sensors.resolve("hwmon3"));
        Files.writeString(sensor.resolve("name"), "amd_energy\n");
        Files.writeString(sensor.resolve("energy1_label"), "Ecore000\n");
        Files.writeString(sensor.resolve("energy1_input"), "1\n");
        Files.writeString(sensor.resolve("energy17_label"), "Esocket0\n");
        Files.writeString(sensor.resolve("energy17_input"), "2000000\n");
        Path other = Files.createDirectories(sensors.resolve("hwmon0"));
        Files.writeString(other.resolve("name"), "nvme\n");
        ProcessEnergy energy = energy();
        energy.joules();
        Files.writeString(sensor.resolve("energy17_input"), "10000000\n");
        busy(1200);
        cpu.set(1e9);
        assertThat(energy.joules()).isCloseTo(4, offset(1e-9));
    }

    @Test
    void onThisMachineItIsKnownOrSaidToBeUnknown() {
        ResourceProbe probe = ResourceProbe.jdk();
        probe.read();
        double joules = probe.read().joules();
        assertThat(Double.isNaN(joules) || joules >= 0).isTrue();
    }
}
