package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.RoundRules;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Rules of the description, and what the command line puts in their place. */
class RuleOptionsTest {
    private static final RoundRules DESCRIBED =
            new RoundRules(4, 6, Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofSeconds(40), 2.5, false);

    private static RoundRules rules(RoundRules described, String... arguments) {
        return CommandLine.populateCommand(new RuleOptions(), arguments).over(described);
    }

    @Test
    void whatIsNotGivenIsTheDescriptions() {
        assertThat(rules(DESCRIBED)).isEqualTo(DESCRIBED);
    }

    @Test
    void aCoordinatorWaitsTenMinutesWhereNobodySaysHowLong() {
        assertThat(rules(RoundRules.defaults()))
                .isEqualTo(RoundRules.defaults().selectionWindow(Duration.ofMinutes(10)));
        assertThat(rules(RoundRules.defaults(), "--wait", "0")).isEqualTo(RoundRules.defaults());
    }

    @Test
    void whatIsGivenOverrulesIt() {
        assertThat(rules(DESCRIBED, "--minimum", "2", "--goal", "3", "--wait", "7", "--window", "0", "--pace", "1"))
                .isEqualTo(
                        new RoundRules(2, 3, Duration.ofSeconds(7), Duration.ZERO, Duration.ofSeconds(1), 2.5, false));
        assertThat(rules(DESCRIBED, "--goal", "0").goal()).isZero();
        assertThatThrownBy(() -> rules(DESCRIBED, "--minimum", "9"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("goal (6)");
    }
}
