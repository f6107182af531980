/**
 * A site behind HTTP: the agent that runs there, and the client that deploys to it. Both speak a small protocol over chunks named by digest, guarded by a token.
 */
@NullMarked
package io.edgeai.placement.deploy.agent;

import org.jspecify.annotations.NullMarked;
