package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ten thousand damaged variants of small files of each format: typed errors only, little memory, no endless reading. */
class DamagedFormatsPropertyTest {
    private static final int VARIANTS = 10_000;

    /** Windows of a file, the JDK's decoders and the parsers of JSON and protobuf have buffers of their own. */
    private static final long FIXED = 1 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(ModelFormat.class)
    void variantsGiveTypedErrorsInBoundedMemory(ModelFormat format, TestReporter reporter) throws IOException {
        List<Samples.Sample> samples =
                Samples.all().filter(sample -> sample.format() == format).toList();
        long seed = format.name().hashCode();
        Random random = new Random(seed);
        for (Samples.Sample sample : samples) { // what the first look loads is the JVM's, not the file's
            new Damage(folder).look(sample.bytes(), sample.name(), Long.MAX_VALUE / 2, 2);
        }
        Damage damage = new Damage(folder);
        for (int i = 0; i < VARIANTS; i++) {
            Samples.Sample sample = samples.get(i % samples.size());
            byte[] bad = Damage.variant(sample.bytes(), random);
            damage.look(bad, sample.name() + ", seed " + seed + ", variant " + i, FIXED, 2);
        }
        reporter.publishEntry(damage.figures());
        assertThat(damage.refused()).as("some damage is harmless, most is not").isBetween(VARIANTS / 20, VARIANTS);
    }
}
