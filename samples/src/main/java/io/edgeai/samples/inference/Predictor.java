package io.edgeai.samples.inference;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a session over any number of samples, in runs of the size the model fixes or the caller wants, and joins the
 * answers. Stateless and thread-safe.
 */
public final class Predictor {
    /** Samples in one run where neither the model nor the caller says; bounds the memory of activations. */
    public static final int DEFAULT_RUN = 256;

    private Predictor() {}

    /**
     * Answers for all samples.
     *
     * @param perRun most samples in one run, 0 for all at once, or -1 for {@link #DEFAULT_RUN} on rows of samples and
     *     all at once on plain tensors
     * @return all outputs by name
     * @throws InvalidInputException where inputs hold different numbers of samples
     */
    public static Map<String, Tensor> run(
            InferenceSession session, InputBinding binding, int perRun, Progress progress) {
        Map<String, Feed> feeds = binding.feeds();
        boolean stack = feeds.values().stream().anyMatch(Feed::unbatched);
        long fixed = fixed(feeds);
        long total = total(feeds, fixed);
        long step = step(binding, perRun, fixed, total);
        if (step >= total && !stack) {
            Map<String, Tensor> whole = new LinkedHashMap<>();
            feeds.forEach((name, feed) -> whole.put(name, feed.tensor()));
            return session.run(whole);
        }
        if (!stack && fixed == 0) {
            requireSamples(session.signature());
        }
        Map<String, List<Tensor>> parts = new LinkedHashMap<>();
        List<Long> sizes = new ArrayList<>();
        for (long from = 0; from < total; from += step) {
            if (progress.cancelled()) {
                throw new OperationCancelledException("Inference was cancelled after " + from + " samples.");
            }
            progress.update("infer", from, total);
            long to = Math.min(total, from + step);
            session.run(slices(feeds, from, to))
                    .forEach((name, tensor) ->
                            parts.computeIfAbsent(name, n -> new ArrayList<>()).add(tensor));
            sizes.add(to - from);
        }
        progress.update("infer", total, total);
        Map<String, Tensor> joined = new LinkedHashMap<>();
        parts.forEach((name, list) -> joined.put(name, TensorRows.join(name, list, sizes, stack)));
        return joined;
    }

    /** Refuses to cut samples for outputs whose first dimension cannot count them. */
    private static void requireSamples(Signature signature) {
        for (TensorSpec output : signature.outputs()) {
            if (output.shape().isEmpty() || output.shape().get(0).known()) {
                throw new InvalidInputException("Output (" + output + ") has no part for each sample, so answers of"
                        + " several runs cannot be joined. Maybe run all samples at once: --batch-size 0.");
            }
        }
    }

    private static long step(InputBinding binding, int perRun, long fixed, long total) {
        if (fixed > 0) {
            return fixed;
        }
        if (perRun < 0) {
            return binding.samples() ? DEFAULT_RUN : Math.max(1, total);
        }
        return perRun == 0 ? Math.max(1, total) : perRun;
    }

    /** The size of a run that some input's shape fixes, 0 where none does. */
    private static long fixed(Map<String, Feed> feeds) {
        long fixed = 0;
        for (Feed feed : feeds.values()) {
            if (feed.perRun() > 0) {
                if (fixed > 0 && fixed != feed.perRun()) {
                    throw new InvalidInputException("The model's inputs fix different numbers of samples (" + fixed
                            + ", " + feed.perRun() + "). Maybe run one sample at a time.");
                }
                fixed = feed.perRun();
            }
        }
        return fixed;
    }

    /** Samples of all inputs that hold some; 0 where they differ, for then the model takes them whole. */
    private static long total(Map<String, Feed> feeds, long fixed) {
        long[] counts = feeds.values().stream()
                .filter(feed -> feed.perRun() != Feed.WHOLE)
                .mapToLong(Feed::samples)
                .distinct()
                .toArray();
        if (counts.length > 1 && fixed > 0) {
            throw new InvalidInputException("The inputs hold different numbers of samples (" + Arrays.toString(counts)
                    + "). Maybe files of different sets were given.");
        }
        return counts.length == 1 ? counts[0] : 0;
    }

    private static Map<String, Tensor> slices(Map<String, Feed> feeds, long from, long to) {
        Map<String, Tensor> slices = new LinkedHashMap<>();
        feeds.forEach((name, feed) -> slices.put(name, feed.slice(from, to)));
        return slices;
    }
}
