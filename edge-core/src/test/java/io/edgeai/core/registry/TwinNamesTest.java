package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that a file system without case would take for one. */
class TwinNamesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"defects", "DEFECTS", "Defects.", "defects..."})
    void aTwinIsRefusedAndNothingIsLeftOfIt(String twin) {
        try (EdgeModelRegistry registry = RegistryModels.open(folder)) {
            add(registry, "Defects", 1);
            assertThatThrownBy(() -> add(registry, twin, 2))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + twin + ")")
                    .hasMessageContaining("(Defects)")
                    .hasMessageContaining("Maybe");
            assertThat(registry.models()).hasSize(1);
            assertThat(add(registry, "Defects", 3).number())
                    .as("the name itself goes on")
                    .isEqualTo(2);
            assertThat(add(registry, "defects2", 4).number()).isOne();
            assertThat(registry.history().verify(Set.of()).findings()).isEmpty();
        }
    }

    @Test
    void aTwinDoesNotComeByAnImportEither() {
        Path zip = folder.resolve("twin.zip");
        Path layout = folder.resolve("layout");
        try (EdgeModelRegistry from = RegistryModels.open(folder.resolve("from"))) {
            add(from, "defects", 1);
            from.exportTo(zip, List.of(RegistryModels.ref("defects", 1)));
            from.exportOci(layout, List.of(RegistryModels.ref("defects", 1)));
        }
        try (EdgeModelRegistry registry = RegistryModels.open(folder.resolve("to"))) {
            add(registry, "Defects", 2);
            assertThatThrownBy(() -> registry.importFrom(zip)).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> registry.importFrom(layout)).isInstanceOf(InvalidInputException.class);
            assertThat(registry.models()).hasSize(1);
        }
    }

    @Test
    void twinsOfAnEarlierVersionOfTheLibraryStay() throws Exception {
        try (EdgeModelRegistry registry = RegistryModels.open(folder)) {
            add(registry, "defects", 1);
            add(registry, "other", 1);
        }
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("registry.db"));
                Statement statement = database.createStatement()) {
            statement.execute("INSERT INTO model (name, last_number) VALUES ('OTHER', 0)");
        }
        try (EdgeModelRegistry registry = RegistryModels.open(folder)) {
            assertThat(add(registry, "other", 2).number()).isEqualTo(2);
        }
    }
}
