package io.edgeai.federated;

import io.edgeai.federated.selection.Selection;
import java.util.SplittableRandom;

/**
 * The participants of {@link ReferenceRound}.
 *
 * @param onlyTheQuick leaves the slow ones out, as averaging does
 */
record ReferenceSelection(double stragglers, boolean onlyTheQuick) implements Selection {
    @Override
    public int[] select(int round, int population, SplittableRandom random) {
        ReferenceRound drawn = ReferenceRound.of(round, stragglers);
        return onlyTheQuick ? drawn.quick() : drawn.selected();
    }
}
