package io.edgeai.samples.cli;

import io.edgeai.Serving;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.deploy.site.ServiceEnvironment;
import io.edgeai.placement.model.Variant;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says how many samples a run takes at most; deployment says it by the environment. */
final class BatchOption {
    @Option(
            names = "--max-batch",
            paramLabel = "N",
            description = "Most samples of one run, 1 to 4096 (default: the variable EDGEAI_MAX_BATCH, which deployment"
                    + " sets as the plan chose, else that of the model's workload type).")
    private @Nullable Integer most;

    /** Empty where nobody says. */
    OptionalInt most(Map<String, String> environment) {
        Integer given = most;
        if (given != null) {
            return OptionalInt.of(size("--max-batch", given.toString()));
        }
        String told = environment.get(ServiceEnvironment.MAX_BATCH);
        return told == null || told.isBlank()
                ? OptionalInt.empty()
                : OptionalInt.of(size("Variable " + ServiceEnvironment.MAX_BATCH, told.strip()));
    }

    private static int size(String where, String text) {
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > Variant.MAX_BATCH) {
            throw new InvalidInputException(
                    where + " (" + text + ") is not in 1 to " + Variant.MAX_BATCH + ". Maybe 8.");
        }
        return Integer.parseInt(text);
    }

    static void set(Serving serving, OptionalInt most) {
        most.ifPresent(serving::maxBatch);
    }
}
