package io.edgeai.placement;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A dry run of a change to a running plan: what would move, what that costs and gains. Nothing has happened yet; {@link
 * #apply} changes a state.
 *
 * @param before the plan that runs, in terms of the new problem; what cannot stay is missing
 * @param after the plan the moves lead to
 * @param moves in an order in which stops come before starts
 * @param stopped replicas that run and are not wanted any more, or cannot stay and got no other place
 */
public record Rebalance(PlacementPlan before, PlacementPlan after, List<Move> moves, List<Assignment> stopped) {
    /**
     * A replica that starts somewhere.
     *
     * @param from where it stands now; empty where it is new, or where its place, variant or site is gone
     * @param to where it would start
     */
    public record Move(Optional<Assignment> from, Assignment to) {
        /** Bytes of the variant, which the site must get; 0 where it holds it. */
        public long bytes() {
            return to.transferBytes();
        }

        /** {@code workload#0: a/main → b/main (variant)}. */
        @Override
        public String toString() {
            return from.map(old -> old + ", then ").orElse("new ") + to;
        }
    }

    public Rebalance {
        moves = List.copyOf(moves);
        stopped = List.copyOf(stopped);
    }

    /** Bytes sent by all moves. */
    public long bytes() {
        return moves.stream().mapToLong(Move::bytes).sum();
    }

    /** What the moves lower the objective by, where both plans place the same replicas. */
    public double gain() {
        return before.objective() - after.objective();
    }

    /** Stops what moves or is not wanted, then starts what moves, in a state that runs the plan before. */
    public void apply(PlacementState state) {
        stopped.forEach(state::release);
        moves.forEach(move -> move.from().ifPresent(state::release));
        moves.forEach(move -> state.commit(move.to()));
    }

    /** One line per move. */
    @Override
    public String toString() {
        return moves.size() + " moves, " + bytes() + " bytes, objective " + before.objective() + " → "
                + after.objective()
                + moves.stream().map(move -> "\n  " + move).collect(Collectors.joining());
    }
}
