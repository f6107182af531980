package io.edgeai.samples.cli;

import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.data.LabelledData;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code optimize} that say what the result must satisfy, and how long to look for it. */
final class OptimizeLimits {
    @Option(names = "--keep", paramLabel = "SHARE", description = "Least share of the accuracy to keep, e.g. 0.99.")
    private @Nullable Double keep;

    @Option(
            names = "--agreement",
            paramLabel = "SHARE",
            description = "Least share of samples with the same best class.")
    private @Nullable Double agreement;

    @Option(names = "--max-bytes", paramLabel = "N", description = "Largest file to accept.")
    private @Nullable Long maxBytes;

    @Option(
            names = "--max-memory",
            paramLabel = "SIZE",
            description =
                    "Most memory that a process of its own may hold with the result, Java and engine included, e.g."
                            + " 200M.")
    private @Nullable String maxMemory;

    @Option(names = "--max-latency", paramLabel = "TIME", description = "Longest median latency to accept, e.g. 5ms.")
    private @Nullable String maxLatency;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            description = "How long --auto may take, e.g. 2m. With it pruning is tried too, where there are samples.")
    private @Nullable String budget;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "Keeps finished candidates and training there: the same command, run again, goes on.")
    private @Nullable Path resume;

    /** Whether a search was told how long it may take. */
    boolean budgeted() {
        return budget != null;
    }

    void check(boolean labelled, List<String> problems) {
        if (keep != null && !labelled) {
            problems.add("--keep (" + keep + ") needs --labels FILE");
        }
    }

    /** What a cancelled run leaves. */
    String after() {
        return resume == null
                ? "Nothing was written; with --resume DIR the next run goes on from where this one stopped."
                : "The same command goes on from (" + resume + ").";
    }

    void apply(Recipe.Builder recipe, @Nullable LabelledData judged) {
        if (judged != null && keep != null) {
            recipe.keepAccuracy(keep, judged);
        } else if (judged != null) {
            recipe.labelled(judged);
        }
        if (resume != null) {
            recipe.resume(resume);
        }
        if (agreement != null) {
            recipe.keepAgreement(agreement);
        }
        if (maxBytes != null) {
            recipe.maxBytes(maxBytes);
        }
        if (maxMemory != null) {
            recipe.maxMemory(Sizes.parse("--max-memory", maxMemory));
        }
        if (maxLatency != null) {
            recipe.maxLatency(Times.parse("--max-latency", maxLatency));
        }
        if (budget != null) {
            recipe.timeBudget(Times.parse("--budget", budget));
        }
    }
}
