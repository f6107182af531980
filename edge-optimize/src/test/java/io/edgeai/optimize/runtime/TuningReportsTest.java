package io.edgeai.optimize.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningReportsTest {
    @TempDir
    Path folder;

    private static TuningReport report(String processor, double speedup) {
        return new TuningReport(
                SessionOptions.defaults().intraOpThreads(2),
                speedup,
                1,
                List.of(new TuningTrial("threads=2", SessionOptions.defaults(), speedup, 10, 15, "won")),
                true,
                new TuningKey(Digest.of(new byte[] {1}), "an engine", processor));
    }

    @Test
    void eachModelEngineAndProcessorHasItsOwn() {
        TuningReports reports = new TuningReports(folder.resolve("new/er"));
        TuningReport here = report("here", 1.5);
        TuningReport there = report("there", 2);
        assertThat(reports.find(here.key())).isEmpty();

        reports.keep(here);
        reports.keep(there);

        assertThat(reports.find(here.key())).contains(here);
        assertThat(reports.find(there.key())).contains(there);
    }

    @Test
    void aNewOneTakesThePlaceOfTheOldAndLeavesNothingElse() throws IOException {
        TuningReports reports = new TuningReports(folder);
        reports.keep(report("here", 1.5));
        reports.keep(report("here", 1.7));

        assertThat(reports.find(report("here", 0).key()).orElseThrow().speedup())
                .isEqualTo(1.7);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aFileUnderAnotherKeysNameIsNotTaken() throws IOException {
        TuningReports reports = new TuningReports(folder);
        reports.keep(report("here", 1.5));
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        Path other = folder.resolve(report("there", 1).key().fileName() + ".tuning.json");
        Files.move(file, other);

        assertThat(reports.find(report("there", 1).key())).isEmpty();
    }

    @Test
    void whatCannotBeReadIsReplacedAndFoldersThatCannotBeMadeAreNamed() throws IOException {
        TuningReports reports = new TuningReports(folder);
        reports.keep(report("here", 1.5));
        try (Stream<Path> files = Files.list(folder)) {
            Files.writeString(files.findFirst().orElseThrow(), "{\"version\": 99}");
        }
        assertThat(reports.find(report("here", 1).key()))
                .as("of another version")
                .isEmpty();
        reports.keep(report("here", 2));
        assertThat(reports.find(report("here", 1).key())).isPresent();

        Path taken = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> new TuningReports(taken).keep(report("here", 1)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("(" + taken + ")");
    }
}
