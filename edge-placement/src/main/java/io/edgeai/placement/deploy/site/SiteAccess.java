package io.edgeai.placement.deploy.site;

import io.edgeai.core.model.Digest;
import java.util.List;
import java.util.Optional;

/**
 * A site as whoever deploys sees it, here or behind a network. Implementations are thread-safe; every step may be
 * repeated without harm.
 */
public interface SiteAccess {
    /** Digests of all whole artifacts there. */
    List<Digest> artifacts();

    /**
     * Begins an artifact, or goes on with it.
     *
     * @return indexes of the chunks still missing; none where the whole is there
     */
    List<Integer> begin(Chunks chunks);

    /** Hands one chunk over; it is verified there. */
    void write(Digest artifact, int index, byte[] bytes, int length);

    /** Opens a way for chunks of an artifact, none longer than that; by default each goes by {@link #write}. */
    default ChunkLane lane(Digest artifact, int longest) {
        byte[] buffer = new byte[longest];
        return (index, file, offset, length) -> {
            ChunkLane.read(file, offset, buffer, length);
            write(artifact, index, buffer, length);
        };
    }

    /** Has the whole verified and put in place. */
    void commit(Digest artifact);

    /** Has an artifact made from two others. */
    void patch(Digest artifact, Digest base, Digest delta);

    /** What is live for a service. */
    Optional<Release> release(String service);

    /**
     * Makes a release live. Where only the number of replicas changes, those that stay may go on undisturbed.
     *
     * @return what was live before
     */
    Optional<Release> activate(Release release);

    /**
     * Ends a service.
     *
     * @return what was live before
     */
    Optional<Release> deactivate(String service);

    /** Whether the service is live with its artifact in place and answers. */
    boolean healthy(String service);

    /** How many replicas of the service answer; by default all or none. */
    default int ready(String service) {
        return healthy(service) ? release(service).map(Release::replicas).orElse(0) : 0;
    }
}
