package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.privacy.Mechanism;
import io.edgeai.federated.privacy.PrivacyAccountant;
import io.edgeai.samples.terminal.Terminal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What rounds of training with noise cost, or how much noise a budget needs. */
@Command(description = "Privacy spent by rounds with noise, or with --epsilon the noise that a budget needs.")
final class FederateEpsilonCommand extends ToolCommand {
    @Option(names = "--sampling", paramLabel = "Q", description = "Share of participants in a round; default 1.")
    private double sampling = 1;

    @Option(names = "--noise", paramLabel = "S", description = "Noise multiplier: standard deviation / clip norm.")
    private @Nullable Double noise;

    @Option(names = "--epsilon", paramLabel = "E", description = "Asks for the noise multiplier of this budget.")
    private @Nullable Double epsilon;

    @Option(names = "--steps", paramLabel = "T", required = true, description = "Rounds.")
    private long steps;

    @Option(names = "--delta", paramLabel = "D", required = true, description = "Well below 1 / participants.")
    private double delta;

    @Option(names = "--accountant", paramLabel = "rdp|pld", description = "Default pld, and rdp for --fixed-size.")
    private @Nullable String accountant;

    @Option(
            names = "--fixed-size",
            description = "A fixed number of participants without replacement instead of Poisson sampling.")
    private boolean fixedSize;

    FederateEpsilonCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        Double given = noise;
        Double target = epsilon;
        if ((given == null) == (target == null)) {
            throw new InvalidInputException("Either --noise or --epsilon is needed. Maybe: --noise 1.1.");
        }
        PrivacyAccountant counting = accountant();
        double multiplier =
                given != null ? given : counting.noise(mechanism(1), steps, target == null ? 0 : target, delta);
        double spent = counting.epsilon(mechanism(multiplier), steps, delta);
        if (json()) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("epsilon", spent).put("delta", delta).put("noise", multiplier);
            answer.put("accountant", counting.name());
            terminal().line(answer.toString());
        } else {
            terminal()
                    .line(String.format(
                            Locale.ROOT,
                            "(%.4f, %s)-differential privacy for a noise multiplier of %.4f, by the accountant %s",
                            spent,
                            delta,
                            multiplier,
                            counting.name()));
        }
        return OK;
    }

    private Mechanism mechanism(double multiplier) {
        return fixedSize ? Mechanism.fixedSize(sampling, multiplier) : Mechanism.poisson(sampling, multiplier);
    }

    private PrivacyAccountant accountant() {
        String name = accountant == null ? fixedSize ? "rdp" : "pld" : accountant;
        return switch (name) {
            case "rdp" -> PrivacyAccountant.rdp();
            case "pld" -> PrivacyAccountant.pld();
            default -> throw new InvalidInputException("Accountant (" + name + ") is unknown. Maybe it is rdp or pld.");
        };
    }
}
