package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class BatchOptionTest {
    private static final String VARIABLE = "EDGEAI_MAX_BATCH";

    @Command
    private static final class Serves {
        @Mixin
        private final BatchOption batch = new BatchOption();
    }

    private static BatchOption parsed(String... arguments) {
        Serves command = new Serves();
        new CommandLine(command).parseArgs(arguments);
        return command.batch;
    }

    @Test
    void theOptionGoesBeforeWhatDeploymentSaysAndThatBeforeTheDefault() {
        assertThat(parsed("--max-batch", "4").most(Map.of(VARIABLE, "8"))).hasValue(4);
        assertThat(parsed().most(Map.of(VARIABLE, "8"))).hasValue(8);
        assertThat(parsed().most(Map.of(VARIABLE, ""))).isEmpty();
        assertThat(parsed().most(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "4097", "many", "-1", "99999999999"})
    void whatIsNoSizeIsRefused(String told) {
        assertThatThrownBy(() -> parsed().most(Map.of(VARIABLE, told)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(VARIABLE)
                .hasMessageContaining("(" + told + ")")
                .hasMessageContaining("Maybe");
    }
}
