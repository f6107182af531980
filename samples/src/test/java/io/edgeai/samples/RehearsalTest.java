package io.edgeai.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
    @TempDir
    Path folder;

    @Test
    void everyCommandSucceeds() {
        assertThat(Rehearsal.run(folder)).isEmpty();
        assertThat(folder.resolve("out.npz")).isNotEmptyFile();
        assertThat(folder.resolve("home/registry.db")).exists();
    }
}
