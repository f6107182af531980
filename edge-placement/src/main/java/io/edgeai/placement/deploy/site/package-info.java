/**
 * What a site keeps: artifacts by digest, received in verified chunks, and which of them is live for which service. Everything is a plain folder, and nothing is visible before it is whole and checked.
 */
@NullMarked
package io.edgeai.placement.deploy.site;

import org.jspecify.annotations.NullMarked;
