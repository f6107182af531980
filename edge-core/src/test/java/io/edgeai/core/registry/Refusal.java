package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** An import that is refused with a reason and a way on, after which an empty registry is as empty as it was. */
final class Refusal {
    private Refusal() {}

    static void of(EdgeModelRegistry to, Path source, Class<? extends EdgeException> type, String why)
            throws IOException {
        assertThatThrownBy(() -> to.importFrom(source))
                .isInstanceOf(type)
                .hasMessageContaining(why)
                .hasMessageContaining("Maybe");
        nothingArrived(to);
    }

    static void nothingArrived(EdgeModelRegistry to) throws IOException {
        assertThat(to.models()).isEmpty();
        assertThat(to.gc()).isZero();
        try (Stream<Path> files = Files.walk(to.home().resolve("tmp"))) {
            assertThat(files.filter(file -> file.getFileName().toString().matches("[0-9]+")))
                    .as("staged bytes are discarded")
                    .isEmpty();
        }
    }
}
